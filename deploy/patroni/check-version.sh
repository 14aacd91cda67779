#!/bin/sh
# Refuses a Patroni that writes its leader key into etcd without comparing: sh check-version.sh [PATRONI].
# A primary that stood still for longer than `ttl` then takes the key back from the node that replaced it, which is
# rewound, and bookings that customers have been told of are lost. Patroni 3.0.2 with etcd 3, as in Debian 12, lost 9
# and 124 of them in two trials. It is repaired in 3.0.3 (patroni/patroni pull request 2689).
set -eu
said=$("${1:-patroni}" --version)
version=${said##* }
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
patch=${rest#*.}
patch=${patch%%[!0-9]*}

if [ "$major" -gt 3 ] || { [ "$major" -eq 3 ] && { [ "$minor" -gt 0 ] || [ "${patch:-0}" -ge 3 ]; }; }; then
  exit 0
fi
echo "Patroni $version can lose bookings that were acknowledged: install 3.0.3 or newer." >&2
exit 1
