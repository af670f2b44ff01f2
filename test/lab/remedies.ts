/** Where a person would choose another remedy than the first one that the cause offers. */

export interface Choice {
	/** The remedy's step. */
	readonly remedy: string
	/** What the operator knows that the flow cannot know. */
	readonly reason: string
}

/** By fault, then by the cause that the screen names. */
export const REMEDIES: Readonly<Record<string, Readonly<Record<string, Choice>>>> = {
	'app-bad-request': {
		'app-bad-request': {
			remedy: 'fix-by-hand',
			reason: "The page says that the name is not in ALLOWED_HOSTS, which is the application's setting, not nginx's.",
		},
	},
	'app-unavailable': {
		'app-error': { remedy: 'fix-by-hand', reason: 'The page says that the application is closed for maintenance.' },
	},
	'crash-loop-silent': {
		'crash-loop': { remedy: 'edit-unit', reason: 'The unit starts a script that throws the output away.' },
		'package-missing': { remedy: 'fix-by-hand', reason: 'No package index can be reached from the lab.' },
	},
	'default-site': {
		'default-site': { remedy: 'fix-by-hand', reason: "The site's file is right, and only its link is missing." },
	},
	'config-file-broken': {
		'gunicorn-config-error': {
			remedy: 'fix-by-hand',
			reason:
				"The log names the configuration file's line; the unit is right, and Gunicorn reads the file without it too.",
		},
	},
	'environment-file-unknown': {
		'environment-file-missing': {
			remedy: 'edit-unit',
			reason: 'The host is not to have that file: the unit does without it, or it is deployed anew.',
		},
	},
	'ports-exhausted': {
		'ports-exhausted': {
			remedy: 'fix-by-hand',
			reason: 'Another program than nginx holds the ports; `ss` names it.',
		},
	},
	'package-missing': {
		'package-missing': { remedy: 'fix-by-hand', reason: 'No package index can be reached from the lab.' },
	},
	'import-crash-loop': {
		'package-missing': { remedy: 'fix-by-hand', reason: 'No package index can be reached from the lab.' },
	},
	'shebang-crlf': {
		'shebang-stale': { remedy: 'fix-by-hand', reason: 'The script is broken, and the unit is right.' },
	},
	'shebang-stale': {
		'shebang-stale': { remedy: 'fix-by-hand', reason: "The virtualenv's Python is gone, and the unit is right." },
	},
	'worker-out-of-memory': {
		'workers-killed': { remedy: 'fix-by-hand', reason: 'The page needs the memory again after a restart.' },
	},
	'venv-empty': {
		'package-missing': { remedy: 'fix-by-hand', reason: 'All packages are missing, not one.' },
	},
}
