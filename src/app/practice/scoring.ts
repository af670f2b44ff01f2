/** How the score is counted, for the help and the documentation; `screen/score.ts` does it. */
export const scoring =
	'every question counts the same: in full when the first answer is right, three quarters after one hint, half after two, nothing when it is wrong. Each step beyond the shortest path to the cause takes off 5 of the 100 points. Time is shown and does not count.'
