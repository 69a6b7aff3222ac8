// What passed and what did not.

let passed = 0;
const failed = [];

/** Notes one check; `faults` are sentences, none means that it passed. */
export function note(what, faults) {
  if (faults.length === 0) {
    passed += 1;
    return;
  }
  failed.push(what);
  console.log(`FAILED ${what}`);
  for (const fault of faults) console.log(`       ${fault}`);
}

/** Prints the last line and returns the exit code. */
export function finish() {
  console.log(`${passed} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}
