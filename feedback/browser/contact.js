// The sum of this form, done while somebody fills it in.
const fields = document.forms.f.elements;
work("contact:" + fields.browser.value, 14).then((nonce) => {
  fields.nonce.value = nonce;
});
