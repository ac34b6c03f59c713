// The bodies of all kernels; included once for each instruction set, with
// DVSK_NAME(x): a name of that set's own; DVSK_HAS_FMA; DVSK_BLOCK: vectors of 16 that a loop keeps in registers;
// DVSK_ROWS and DVSK_VECTORS: rows of a small matrix product that it keeps, times vectors of 16 columns.

#include "vector-inl.h"
#include "neuron-inl.h"
#include "linear-neurons-inl.h"
#include "rows-inl.h"
#include "window-inl.h"
#include "spikes-inl.h"
#include "winograd-inl.h"
#include "linear-inl.h"
#include "counts-inl.h"
