// CommonJS, and nothing that Node learned late: an old Node must be able to say that it is too old.
const { cpu, engines, os, version } = require('./package.json');

/**
 * Loads a program of the package and starts it, on a machine and a Node for which the package was made.
 * A program that does not start by being loaded exports `command`.
 */
exports.start = function start(program) {
  const problem = problemOfMachine() || problemOfNode();
  if (problem) {
    console.error(problem);
    process.exitCode = 1;
    return;
  }
  void import(program).then((loaded) => loaded.command && loaded.command());
};

function problemOfMachine() {
  const here = `${process.platform} ${process.arch}`;
  const made = `${os[0]} ${cpu[0]}`;
  return here === made ? '' : `This package of Matinee ${version} is for ${made}; this is ${here}.`;
}

function problemOfNode() {
  const [major, minor] = parts(process.versions.node);
  const [leastMajor, leastMinor] = parts(engines.node);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) {
    return '';
  }
  const least = `${leastMajor}.${leastMinor}`;
  return `Matinee ${version} needs Node ${least} or newer; this is Node ${process.versions.node}.`;
}

/** The numbers of `24.21.0`, or of `>=24.2.0`. */
function parts(text) {
  return text.match(/\d+/g).map(Number);
}
