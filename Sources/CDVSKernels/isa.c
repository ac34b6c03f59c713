#include "dvsk.h"
