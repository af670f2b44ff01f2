/** Where a person would choose another remedy than the first one that the cause offers. */

export interface Choice {
	/** The remedy's step. */
	readonly remedy: string
	/** What the operator knows that the flow cannot know. */
	readonly reason: string
}

/** By fault, then by the cause that the screen names. */
export const REMEDIES: Readonly<Record<string, Readonly<Record<string, Choice>>>> = {
	'config-file-broken': {
		'gunicorn-config-error': {
			remedy: 'fix-by-hand',
			reason:
				"The log names the configuration file's line; the unit is right, and Gunicorn reads the file without it too.",
		},
	},
	'package-missing': {
		'package-missing': { remedy: 'fix-by-hand', reason: 'No package index can be reached from the lab.' },
	},
	'import-crash-loop': {
		'package-missing': { remedy: 'fix-by-hand', reason: 'No package index can be reached from the lab.' },
	},
	'venv-empty': {
		'package-missing': { remedy: 'fix-by-hand', reason: 'All packages are missing, not one.' },
	},
}
