import { closeSync, openSync, readSync, statSync } from 'node:fs'

/** Reads the text of a flow's file, or of a part. Never throws. */

export type FlowText =
	| { readonly ok: true; readonly text: string }
	/** What is wrong, without the name of the file: `is a binary file; a flow is a YAML file`. */
	| { readonly ok: false; readonly reason: string }

const LARGEST_FILE = 5_000_000

/** The text of a file that is no pipe, no device, not too large, and UTF-8. */
export function readFlowText(file: string): FlowText {
	const failed = (reason: string): FlowText => ({ ok: false, reason })
	try {
		// A pipe or device would block, or never end.
		if (!statSync(file).isFile()) return failed("is not a regular file; give a flow's folder or file")
		const bytes = readAtMost(file, LARGEST_FILE + 1)
		if (bytes.length > LARGEST_FILE) return failed('is larger than 5 MB; a flow is a YAML file of steps')
		if (bytes.includes(0)) return failed('is a binary file; a flow is a YAML file')
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
		if (text.trim() === '') return failed('is empty; write a flow, or start one with `runtree new`')
		return { ok: true, text }
	} catch (error) {
		return failed(unreadable(error))
	}
}

function readAtMost(file: string, limit: number): Uint8Array {
	const handle = openSync(file, 'r')
	try {
		const chunks: Uint8Array[] = []
		let length = 0
		while (length < limit) {
			const buffer = new Uint8Array(Math.min(65_536, limit - length))
			const bytesRead = readSync(handle, buffer)
			if (bytesRead === 0) break
			chunks.push(buffer.subarray(0, bytesRead))
			length += bytesRead
		}
		return Buffer.concat(chunks)
	} finally {
		closeSync(handle)
	}
}

/** Why a file cannot be read, without its name. */
export function unreadable(error: unknown): string {
	const code = error instanceof Error && 'code' in error ? error.code : undefined
	switch (code) {
		case 'ENOENT':
		case 'ENOTDIR':
			return 'is not there; check the path'
		case 'EACCES':
		case 'EPERM':
			return 'cannot be read: permission denied; make it readable for you'
		case 'ERR_ENCODING_INVALID_ENCODED_DATA':
			return 'is not UTF-8 text; save it as UTF-8'
		default:
			return `cannot be read (${String(code ?? error)}); check the path`
	}
}
