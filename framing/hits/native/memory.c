/* Memory: arrays that grow; each size is checked before it is multiplied. */
#include <stdlib.h>

#include "core.h"

/* Make room for so many items. Room is doubled, so that a loop of pushes takes linear time. */
bool grow(void **items, size_t *room, size_t wanted, size_t size) {
    size_t larger = *room ? *room : 64;
    while (larger < wanted) {
        if (larger > SIZE_MAX / 2) return false;
        larger *= 2;
    }
    if (larger > SIZE_MAX / size) return false;
    void *moved = realloc(*items, larger * size);
    if (!moved) return false;
    *items = moved;
    *room = larger;
    return true;
}
