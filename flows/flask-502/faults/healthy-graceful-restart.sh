# title: nothing is broken; a restart writes "terminated due to signal 15" warnings to the journal
# symptom: The journal says that workers were terminated by a signal
# cause: healthy
# covers: X4 X5
# variants: unix tcp
# difficulty: medium
# expect: 200
# fewest: 2
restart_works
await answers 200
