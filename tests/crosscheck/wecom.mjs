// Encrypts or decrypts with @wecom/crypto: a line of JSON in, a line of JSON out.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(process.env.TEST_NODE_MODULES + "/");
const { encrypt, decrypt, getSignature } = require("@wecom/crypto");

for await (const line of createInterface({ input: process.stdin })) {
  const { key, message, id, token, timestamp, nonce, encrypted } = JSON.parse(line);
  const answer = encrypted
    ? { ...decrypt(key, encrypted), signature: getSignature(token, timestamp, nonce, encrypted) }
    : { encrypted: encrypt(key, message, id) };
  if (answer.encrypted) answer.signature = getSignature(token, timestamp, nonce, answer.encrypted);
  delete answer.random;
  console.log(JSON.stringify(answer));
}
