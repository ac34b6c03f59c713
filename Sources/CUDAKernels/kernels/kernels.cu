// All kernels, as one module.

#include "dense_product.h"
#include "first_stage.h"
#include "gradient_factors.h"
#include "norm.h"
#include "packing.h"
#include "short_stage.h"
#include "spike_product.h"
#include "stage.h"
#include "update.h"
#include "weight_product.h"
