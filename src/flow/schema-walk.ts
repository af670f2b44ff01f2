import { z } from 'zod'
import { type TextKind, textKinds } from './schema-words.ts'
import type { SourcePath } from './source.ts'

/** Walking a flow's file by its schema, which says what each of its texts is. */

type Schema = z.core.$ZodType

/** An expression of a flow's file, a text with expressions in it, or a name of evidence, and where it stands. */
export interface WrittenText {
	readonly is: TextKind
	readonly path: SourcePath
	readonly text: string
	/** What it is a field of. */
	readonly owner: object
}

/** The file with each of its expressions changed. */
export function mapTexts<T>(schema: z.ZodType<T>, written: T, change: (text: WrittenText) => string): T {
	const walk = (schemas: readonly Schema[], value: unknown, path: SourcePath, owner: object): unknown => {
		if (typeof value === 'string') {
			const [kind] = schemas.flatMap(alternatives).flatMap((one) => textKinds.get(one) ?? [])
			return kind === undefined ? value : change({ is: kind.is, path, text: value, owner })
		}
		if (typeof value !== 'object' || value === null) return value
		const inside = (item: unknown, name: PropertyKey): unknown =>
			walk(below(schemas, name), item, [...path, name], Array.isArray(value) ? owner : value)
		if (Array.isArray(value)) return value.map(inside)
		return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inside(item, name)]))
	}
	return walk([schema], written, [], {}) as T
}

/** Every expression of a file, with its place. */
export function textsOf<T>(schema: z.ZodType<T>, written: T): readonly WrittenText[] {
	const found: WrittenText[] = []
	mapTexts(schema, written, (text) => {
		found.push(text)
		return text.text
	})
	return found
}

/** The keys that the schema knows at a place of the file. */
export function keysAt(path: SourcePath, schema: Schema): readonly string[] {
	let found: readonly Schema[] = [schema]
	for (const name of path) found = below(found, name)
	return found.flatMap(alternatives).flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []))
}

function below(schemas: readonly Schema[], name: PropertyKey): readonly Schema[] {
	return schemas.flatMap(alternatives).flatMap((one): readonly Schema[] | Schema => {
		if (one instanceof z.ZodObject) return one.shape[String(name)] ?? []
		if (one instanceof z.ZodArray) return one.element
		return one instanceof z.ZodRecord ? one.valueType : []
	})
}

/** The schemas that a value may follow: what is wrapped, and each of several. */
function alternatives(schema: Schema): readonly Schema[] {
	if (schema instanceof z.core.$ZodOptional || schema instanceof z.ZodDefault) {
		return alternatives(schema._zod.def.innerType)
	}
	if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives)
	return [schema]
}
