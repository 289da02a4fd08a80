"""A national demonstration: invented replies, through the real doors. For `manage.py demo`."""
