// So that a second tap or a retry is known as the same. Nothing is kept on the phone.
{
  const field = document.querySelector("[name=browser]");
  const random = crypto.getRandomValues(new Uint8Array(16));
  field.value = field.value || Array.from(random, (byte) => (byte + 256).toString(16).slice(1)).join("");
}
