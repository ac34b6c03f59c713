#include "version.h"

// Package.swift defines DVSKIT_COMMIT, without quotes, where the environment has it.
#ifndef DVSKIT_COMMIT
#define DVSKIT_COMMIT
#endif

#define TEXT_OF(tokens) #tokens
#define TEXT(macro) TEXT_OF(macro)

const char *dvskit_commit(void) { return TEXT(DVSKIT_COMMIT); }
