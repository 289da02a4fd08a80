// When an item is shown: as surveys/routing.py has it, held by the same vectors.
const holds = (when, given) => {
  const codes = (given.hasOwnProperty(when.item) && given[when.item]) || [];
  if (when.not) return !holds(when.not, given);
  if (when.all) return when.all.every((each) => holds(each, given));
  if (when.any) return when.any.some((each) => holds(each, given));
  return when.is ? codes.some((code) => when.is.includes(code)) : codes.length > 0;
};
