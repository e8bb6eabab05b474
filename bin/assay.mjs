#!/usr/bin/env node
// The command line. From a clone it builds itself first; from a published package it just runs.
import { buildApart } from './build.mjs'
import { setup } from './setup.mjs'

await setup()
await buildApart()
await import('../dist/assay.mjs')
