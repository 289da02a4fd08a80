// A quiet proof of work (feedback/proof_of_work.py): a promise of the first number that, behind the
// text and a colon, gives a SHA-256 beginning with so many bits of nought (1 to 32). One after the
// other and none waited for by anybody, so that the page never stutters; "" where the browser
// cannot, as on a page that is not encrypted.
const work = async (text, bits) => {
  try {
    for (let nonce = 0; ; nonce++) {
      const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${text}:${nonce}`));
      if (!(new DataView(sum).getUint32(0) >>> (32 - bits))) return `${nonce}`;
    }
  } catch (error) {
    return "";
  }
};
