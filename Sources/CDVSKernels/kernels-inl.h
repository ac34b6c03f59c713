// The bodies of all kernels. This file is included once for each instruction set, with these macros:
// - DVSK_NAME(x): x with a suffix for the instruction set
// - DVSK_HAS_FMA, DVSK_HAS_BFLOAT16_DOTS: whether it has fused multiply-adds, and dot products of bfloat16
// - DVSK_BLOCK: how many vectors of 16 a loop keeps in registers
// - DVSK_ROWS, DVSK_VECTORS: the rows and vectors of 16 columns of a matrix product that are kept in registers

#include "vector-inl.h"
#include "neuron-inl.h"
#include "linear-neurons-inl.h"
#include "rows-inl.h"
#include "window-inl.h"
#include "spikes-inl.h"
#include "winograd-inl.h"
#include "linear-inl.h"
#include "counts-inl.h"
