// What comes from npm. It is installed among the output of builds, where `import` would not look for it.

import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(resolve(process.env.PACKAGES, "browser/package.json"));

export const { chromium } = require("playwright-core");
export const axe = require("axe-core");
