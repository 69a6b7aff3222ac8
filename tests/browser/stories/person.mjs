// Somebody with an account: a password, and an app for codes.

import { createHmac } from "node:crypto";

const PASSWORD = "negen paarden in de polder";

export class Person {
  /** `stage` says what time it is. */
  constructor(stage, hands, email) {
    this.stage = stage;
    this.hands = hands;
    this.email = email;
  }

  /** Makes the account, by the link of an invitation; `name` where whoever invited did not know it. */
  async join(link, name = "") {
    await this.hands.open(link);
    // The page asks for it beside each way to sign in.
    if (name) {
      await this.hands.reach(this.hands.page.locator("#name"));
      await this.hands.page.keyboard.type(name);
    }
    this.key = await this.hands.page.locator("code").first().innerText();
    await this.hands.fill("Nieuw wachtwoord", PASSWORD);
    await this.hands.fill("Code uit uw app", this.code());
    await this.hands.press("Maak mijn account");
  }

  /** A code works once: the clock must have gone on since the last one. */
  async signIn() {
    await this.hands.open(`${this.stage.origin}/account/sign-in`);
    await this.hands.fill("E-mailadres", this.email);
    await this.hands.fill("Wachtwoord", PASSWORD);
    await this.hands.fill("Code uit uw app, of een herstelcode", this.code());
    await this.hands.press("Inloggen");
  }

  /** Six digits for the moment at which the clock stands (RFC 6238). */
  code() {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(this.stage.now.getTime() / 30_000)));
    const digest = createHmac("sha1", fromBase32(this.key)).update(counter).digest();
    const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, "0");
  }
}

function fromBase32(text) {
  const bits = [...text.replace(/[\s=]/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  return Buffer.from(bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
