// The list of the hospital: 312 rows, of which 300 are networks of its own.

const from = (count, network) => Array.from({ length: count }, (_, number) => network(number));

/** In networks that the register names as those of its group. */
const REGISTERED = ["198.51.100.0/24", ...from(248, (number) => `198.18.${number}.0/24`), ...from(32, (number) => `2001:db8:1${String(number).padStart(2, "0")}::/48`)];

/** In a network of the group that it is a part of. */
const INHERITED = from(12, (number) => `198.19.${number}.0/24`);

/** In networks of which nothing is known. */
export const CLAIMED = from(7, (number) => `198.19.${128 + number}.0/28`);

export const VALID = [...REGISTERED, ...INHERITED, ...CLAIMED];

const BAD = ["198.18.250.0/33", "198.18.251.0/2a", "2001:db8:150::/129", "10.20.0.0/16", "192.168.4.0/24"];

const REPEATED = VALID.slice(0, 7);

const ROWS = [...VALID.slice(0, 150), ...BAD, ...VALID.slice(150), ...REPEATED];

/** The first line has the name of the column. */
export const LIST = ["value", ...ROWS, ""].join("\r\n");

/** Lines of the list. */
export const BAD_LINES = from(BAD.length, (number) => String(152 + number));
export const REPEATED_LINES = from(REPEATED.length, (number) => String(307 + number));
