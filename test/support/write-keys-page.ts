import { writeFileSync } from 'node:fs'
import { keysPage } from './keys-page.ts'

writeFileSync(new URL('../../docs/keys.md', import.meta.url), keysPage())
