# title: there is no ss
# when: after
rm "$(command -v ss)"
