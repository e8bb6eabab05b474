#!/usr/bin/env node
// Lets the test runner, which wants a compiler's binary, use the packaged compiler.
const asked = process.argv.slice(2)
const solc = require('solc/wrapper')(require('solc/soljson.js'))
if (asked.includes('--version')) {
  const version = solc.version().replace('Emscripten.clang', 'Linux.g++')
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`)
} else if (asked.includes('--standard-json')) {
  let input = ''
  process.stdin.setEncoding('utf8')
  process.stdin.on('data', (part) => (input += part))
  process.stdin.on('end', () => process.stdout.write(solc.compile(input)))
} else {
  process.stderr.write(`not known here: ${asked.join(' ')}\n`)
  process.exitCode = 1
}
