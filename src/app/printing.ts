import { printable } from '../text/unprintable.ts'

/**
 * The same stream for documents: what cannot be seen is taken out of every text. The last gate, for names of files and of
 * folders too.
 */
export function printing<S extends NodeJS.WritableStream>(stream: S): S {
	return new Proxy(stream, {
		get(target, key) {
			if (key === 'write') {
				return (text: unknown, ...rest: never[]) =>
					target.write((typeof text === 'string' ? printable(text) : text) as string, ...rest)
			}
			const value: unknown = Reflect.get(target, key, target)
			return typeof value === 'function' ? value.bind(target) : value
		},
	})
}
