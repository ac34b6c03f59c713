#ifndef DVSKIT_VERSION_H
#define DVSKIT_VERSION_H

/// The commit of which the tools were built, as `git describe` names it; empty where that is unknown.
const char *dvskit_commit(void);

#endif
