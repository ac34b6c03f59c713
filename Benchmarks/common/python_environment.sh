#!/usr/bin/env bash
# Sourced by the benchmarks that compare with Python libraries.

# Prints the path of a Python with PyTorch for CPUs and what a file of requirements lists: PYTHON, or that of an environment
# that is created once (Python 3.11 or later).
#
#   python_environment FOLDER REQUIREMENTS [OTHERS…]   OTHERS are installed without their declared dependencies
python_environment() {
  local folder=$1 requirements=$2
  shift 2
  if [[ -n ${PYTHON:-} ]]; then
    echo "$PYTHON"
    return
  fi
  local python=$folder/bin/python
  if ! cmp -s "$requirements" "$folder/requirements.txt"; then
    python3 -m venv --clear "$folder" >&2 || return
    local install=("$python" -m pip install --quiet --disable-pip-version-check)
    # PyTorch's build for CPUs is much smaller, but not every index has it.
    "${install[@]}" torch==2.13.0+cpu >&2 2>/dev/null || "${install[@]}" torch==2.13.0 >&2 || return
    "${install[@]}" -r "$requirements" >&2 || return
    if (($# > 0)); then "${install[@]}" --no-deps "$@" >&2 || return; fi
    cp "$requirements" "$folder/requirements.txt" || return
  fi
  echo "$python"
}

# SpikingJelly, and what it imports beside what the benchmarks' requirements list.
spikingjelly=(spikingjelly==2.0.0 torchvision==0.28.0 torchaudio==2.11.0 SciencePlots==2.2.2 nir==1.0.8)
