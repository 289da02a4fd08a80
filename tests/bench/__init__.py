"""`python3 run.py bench`: what one more reply costs, as ratios within one run."""
