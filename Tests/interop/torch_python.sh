#!/usr/bin/env bash
# Prints the path of a Python with PyTorch and SpikingJelly: $PYTHON if it is set, else that of an environment
# that is created once in .build-interop-torch (needs Python 3.11 or later, downloads 0.4 GB).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=$here/../../.build-interop-torch
if [[ -n ${PYTHON:-} ]]; then
  echo "$PYTHON"
  exit
fi
if ! cmp -s "$here/requirements-torch.txt" "$environment/requirements.txt"; then
  python3 -m venv --clear "$environment"
  install=("$environment/bin/python" -m pip install --quiet --disable-pip-version-check)
  {
    # PyTorch's build for CPUs is much smaller, but not every index has it.
    "${install[@]}" torch==2.13.0+cpu 2>/dev/null || "${install[@]}" torch==2.13.0
    "${install[@]}" -r "$here/requirements-torch.txt"
    "${install[@]}" --no-deps spikingjelly==2.0.0 torchvision==0.28.0 torchaudio==2.11.0 \
      SciencePlots==2.2.2 nir==1.0.8 neurobench==2.3.0 norse==1.1.0 sinabs==3.1.3 snntorch==1.0.0
  } >&2
  cp "$here/requirements-torch.txt" "$environment/requirements.txt"
fi
realpath -s "$environment/bin/python"
