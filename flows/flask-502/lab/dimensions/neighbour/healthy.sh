# title: another application, in good health, behind the same nginx
neighbour shop
