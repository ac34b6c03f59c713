#include "include/arguments.h"

static int count;
static char **texts;

// glibc calls constructors with the arguments of main. They stay where they are until the process ends.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv)
{
  count = argc;
  texts = argv;
}

int carguments_count(void) { return count; }

const char *carguments_text(int number) { return texts[number]; }
