#!/usr/bin/env bash
# The pages that the tools write, opened in Chromium: scrubbers, filters, keys, light and dark, script errors, requests.
#
#   Tests/browser/run.sh                     needs Python 3.11 or later; fetches packages once, and Debian's Chromium
#   Tests/browser/run.sh gallery             the checks of modules with this in their names
#   SCREENSHOTS=folder Tests/browser/run.sh  leaves pictures of the pages there
#   DVSPREP=path DVSTRAIN=path PYTHON=path/to/python Tests/browser/run.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
# fonts-dejavu-core has the signs on the buttons; without any font a page is not as people see it.
"$root/scripts/install-packages.sh" chromium chromium-driver fonts-dejavu-core

if [[ -z ${PYTHON:-} ]]; then
  environment=$root/.build-browser
  PYTHON=$environment/bin/python
  if ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
    python3 -m venv --clear "$environment"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$environment/requirements.txt"
  fi
fi
# Selenium must not fetch a browser or a driver of its own.
export DVSPREP DVSTRAIN CHECKS=$here PYTHONDONTWRITEBYTECODE=1 SE_OFFLINE=true SE_AVOID_STATS=true
# Other scripts that need a browser run with the same environment.
if [[ ${1:-} == --script ]]; then
  shift
  exec "$PYTHON" "$@"
fi
exec "$PYTHON" "$root/Tests/interop/run_checks.py" "$@"
