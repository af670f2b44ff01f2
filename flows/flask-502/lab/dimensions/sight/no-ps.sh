# title: there are neither ps nor pgrep
# when: after
rm "$(command -v ps)" "$(command -v pgrep)"
