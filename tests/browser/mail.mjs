// Mails as somebody reads them.

/** Subject, text, links and kind of content of a mail. */
export function readMail(bytes) {
  const raw = bytes.toString("latin1");
  const end = raw.indexOf("\r\n\r\n");
  const headers = new Map();
  for (const line of raw.slice(0, end).replace(/\r\n[ \t]+/g, " ").split("\r\n")) {
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const coding = headers.get("content-transfer-encoding") ?? "7bit";
  const text = decoded(raw.slice(end + 4), coding).toString("utf8").replaceAll("\r\n", "\n");
  return {
    subject: words(headers.get("subject") ?? ""),
    kind: headers.get("content-type") ?? "",
    text,
    /** The text without line breaks, in which a sentence can be looked for. */
    line: text.replace(/\s+/g, " "),
    links: text.match(/https?:\/\/\S+/g) ?? [],
  };
}

function decoded(text, coding) {
  if (coding === "base64") return Buffer.from(text, "base64");
  if (coding !== "quoted-printable") return Buffer.from(text, "latin1");
  return unquoted(text.replace(/=\r\n/g, ""));
}

function unquoted(text) {
  return Buffer.from(text.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1");
}

/** Encoded words of a header (RFC 2047). */
function words(text) {
  const joined = text.replace(/\?=\s+=\?/g, "?==?");
  return joined.replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, coding, word) => {
    const bytes = coding.toLowerCase() === "b" ? Buffer.from(word, "base64") : unquoted(word.replaceAll("_", " "));
    return bytes.toString("utf8");
  });
}
