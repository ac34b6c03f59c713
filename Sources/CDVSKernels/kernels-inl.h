// The bodies of all kernels; included once for each instruction set, with DVSK_NAME(x) and DVSK_ISA_TARGET.

#include "neuron-inl.h"
#include "pool-inl.h"
#include "moments-inl.h"
#include "patches-inl.h"
