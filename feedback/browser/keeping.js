// "Keep my answers on this phone until I come back": only while its box is ticked.
// However the code in the address was typed.
const KEPT = "heard:" + location.pathname.toUpperCase().replace(/[^A-Z0-9/]/g, "");

const forget = () => {
  try {
    localStorage.removeItem(KEPT);
  } catch (error) {
    // Nothing may be kept here, so nothing was.
  }
};

const keep = (form, wanted) => {
  if (!wanted) return forget();
  try {
    const fields = [...new FormData(form)];
    localStorage.setItem(KEPT, JSON.stringify({ fields }));
  } catch (error) {
    // Full, or not allowed: the answers are still on the screen.
  }
};

const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(KEPT)).fields;
  } catch (error) {
    return null;
  }
};

const fill = (form, fields) => {
  for (const [name, value] of fields) {
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") {
        if (field.value === value) field.checked = true;
      } else field.value = value;
    }
  }
};
