#ifndef CARGUMENTS_H
#define CARGUMENTS_H

/// The number of the process's arguments, the program's name included.
int carguments_count(void);

/// One of the process's arguments, from 0: a text that ends with a zero.
const char *carguments_text(int number);

#endif
