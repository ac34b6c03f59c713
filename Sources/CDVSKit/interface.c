#include "dvskit.h"
