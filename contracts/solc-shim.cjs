#!/usr/bin/env node
// Lets the test runner, which wants a compiler's binary, use the packaged compiler. Where a warm one listens (at
// SOLC_SOCKET, for those who compile again and again), it is asked instead of starting another.
const { connect } = require('node:net')

const asked = process.argv.slice(2)
const load = () => require('solc/wrapper')(require('solc/soljson.js'))
if (asked.includes('--version')) {
  const { version } = require('solc/package.json')
  process.stdout.write(
    `solc, the solidity compiler commandline interface\nVersion: ${version}+commit.00000000.Linux.g++\n`,
  )
} else if (asked.includes('--standard-json')) {
  const warm = process.env.SOLC_SOCKET
  if (warm) {
    const socket = connect(warm)
    process.stdin.pipe(socket)
    socket.pipe(process.stdout)
    socket.on('error', (error) => {
      process.stderr.write(`${error.message}\n`)
      process.exitCode = 1
    })
  } else {
    let input = ''
    process.stdin.setEncoding('utf8')
    process.stdin.on('data', (part) => (input += part))
    process.stdin.on('end', () => process.stdout.write(load().compile(input)))
  }
} else {
  process.stderr.write(`not known here: ${asked.join(' ')}\n`)
  process.exitCode = 1
}
