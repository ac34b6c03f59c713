// All kernels, as one module.

#include "dense_product.h"
#include "first_gradients.h"
#include "first_moments.h"
#include "first_stage.h"
#include "first_tensor.h"
#include "first_tensor_back.h"
#include "norm.h"
#include "packing.h"
#include "spike_product.h"
#include "stage.h"
#include "update.h"
#include "weight_product.h"
