import type { Facts, OutputLine } from './parser.ts'

/**
 * How an output is told from another one in text that people paste: by what its lines say. Nothing here knows a program;
 * each subject says what its own outputs look like.
 */

/** One kind of output of a subject's programs. Every function is pure, total, and costs no more than the text's length. */
export interface OutputKind {
	/** Unique over all subjects: `nginx-error-log`. */
	readonly name: string
	/** Ends the sentence "This looks like …". */
	readonly label: string
	/** Names of the parsers that read it. */
	readonly parsers: readonly string[]
	/** By a parser's name: another one that gives facts of the same names and meaning out of this output. */
	readonly readBy?: Readonly<Record<string, string>>
	/** A word of the command that prints this; left out where many commands can. */
	readonly program?: string
	/** What a command (without `sudo`) asks about, when it is one that prints this; undefined when it is not. */
	readonly printedBy?: (command: string) => About | undefined
	/** What one line says, whatever stands around it; undefined when it could be anything. Left out: it has no look of its own. */
	readonly sign?: (line: SeenLine) => Sign | undefined
	/** Whether a line that says nothing by itself belongs to the output. Without it, all do until a blank line. */
	readonly goesOn?: (text: string, open: OpenOutput) => boolean
	/** Pieces of it that stand apart are one output: below one prompt, or wherever they are. */
	readonly joins?: 'below-one-prompt' | 'anywhere'
	/** Other kinds in which this one stands, too: its lines do not end them, and its parsers read them. */
	readonly standsIn?: readonly string[]
	/** Whether lines of another kind belong to it while it is open. */
	readonly holds?: (kind: string, open: OpenOutput) => boolean
	/** Its lines, or those at its end, are of many programs, which a prefix names: each kind has its own of them. */
	readonly byWriter?: 'whole' | 'tail'
	/** Whether a journal's line is of this kind, by who wrote it. */
	readonly isWriter?: (writer: string, message: string) => boolean
	/** Whether lines before this output, which look like another kind, belong to it. */
	readonly claims?: (before: OpenOutput) => boolean
	/** What the lines come to where that is not one output of this kind with those lines. */
	readonly divide?: (lines: readonly OutputLine[], command: string | undefined) => readonly Part[]
	/** What the lines themselves say that they are about. */
	readonly about?: (lines: readonly OutputLine[]) => About
	/**
	 * The lines as the program writes them, where people left out how they begin. For text of which nothing is believed
	 * anyway: it says of some lines who wrote them.
	 */
	readonly complete?: (lines: readonly OutputLine[]) => readonly OutputLine[]
	/** Facts that only the whole of it tells: of a part they are left out. */
	readonly wholeOnly?: readonly string[]
	/** Whether it looks healthy, as far as the facts that the parser read tell; undefined when they do not tell that. */
	readonly isSound?: (facts: Facts, parser: string) => boolean | undefined
}

/** What an output is about, or what a command asks about. */
export interface About {
	readonly unit?: string
	/** A file, or the socket that is asked. */
	readonly path?: string
	/** What was requested. */
	readonly url?: string
	/** The request went past the public address, to a server behind it (true), or to that (false). */
	readonly inner?: boolean
}

/** A line of a paste, without what a mail, a chat, a container or a shell put in front of it. */
export interface SeenLine {
	readonly text: string
	/** Without the time, the host and the program that journald, syslog or a container's runtime put in front. */
	readonly message: string
	/** The program that such a prefix names. */
	readonly writer?: string
	/** Text of the line after it. */
	readonly next: string
}

/** What one line says of the output that it stands in. */
export interface Sign {
	/** It can only be the first line of its output. */
	readonly first?: true
	/** Words that another output may have as well: they count where nothing else claims the line. */
	readonly weak?: true
	readonly about?: About
}

/** An output while its lines are still gathered. */
export interface OpenOutput {
	readonly kind: string
	readonly lines: readonly OutputLine[]
	/** Blank lines at its end. */
	readonly blanks: number
	/** Braces that are open. */
	readonly depth: number
}

/** A piece of what was gathered. */
export interface Part {
	/** Name of its kind. */
	readonly kind: string
	readonly lines: readonly OutputLine[]
	readonly about?: About
	/** It is made of lines that stand in another output as well. */
	readonly within?: true
}
