#!/usr/bin/env bash
# Tests the tools' pages in Chromium: scrubbers, filters, keys, light and dark theme, script errors, network requests.
#
#   Tests/browser/run.sh                     needs Python 3.11 or later; downloads packages and Debian's Chromium once
#   Tests/browser/run.sh gallery             the checks in modules whose names contain this
#   SCREENSHOTS=folder Tests/browser/run.sh  also writes screenshots of the pages to the folder
#   DVSPREP=path DVSTRAIN=path PYTHON=path/to/python Tests/browser/run.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
DVSPREP=$(realpath -e "${DVSPREP:-$root/.build/release/dvsprep}")
DVSTRAIN=$(realpath -e "${DVSTRAIN:-$root/.build/release/dvstrain}")
# fonts-dejavu-core has the symbols on the buttons; without a font, pages differ from what users see.
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
# Selenium must not download a browser or a driver.
export DVSPREP DVSTRAIN CHECKS=$here PYTHONDONTWRITEBYTECODE=1 SE_OFFLINE=true SE_AVOID_STATS=true
# Other scripts that need a browser run with the same environment.
if [[ ${1:-} == --script ]]; then
  shift
  exec "$PYTHON" "$@"
fi
exec "$PYTHON" "$root/Tests/interop/run_checks.py" "$@"
