// A switch with a delay, for kernels without netem: forwards each frame between interfaces after a fixed time.
//
//   forward DELAY_US INTERFACE...   forwards until it gets a signal
//   forward --plain INTERFACE       switches off what a switch in a program cannot do: checksums and segments left to hardware
// ppoll
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { max_ports = 64, slot_bytes = 16384, slots = 4096 };

struct frame {
  int64_t due;
  int from;
  size_t count;
  unsigned char bytes[slot_bytes];
};

static void fail(const char *what) {
  fprintf(stderr, "forward: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void make_plain(const char *name) {
  int handle = socket(AF_INET, SOCK_DGRAM, 0);
  if (handle < 0) fail("socket");
  const uint32_t commands[] = {ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    struct ethtool_value value = {.cmd = commands[i], .data = 0};
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_data = (void *)&value;
    if (ioctl(handle, SIOCETHTOOL, &request) != 0 && errno != EOPNOTSUPP) fail(name);
  }
}

static int open_port(const char *name) {
  int port = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  if (port < 0) fail("socket");
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  address.sll_ifindex = (int)if_nametoindex(name);
  if (address.sll_ifindex == 0) fail(name);
  int one = 1, room = 64 << 20;
  // Else each frame that is sent would come back.
  setsockopt(port, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
  setsockopt(port, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  if (bind(port, (struct sockaddr *)&address, sizeof address) != 0) fail(name);
  return port;
}

int main(int count, char **names) {
  if (count == 3 && strcmp(names[1], "--plain") == 0) {
    make_plain(names[2]);
    return 0;
  }
  const int ports = count - 2;
  if (ports < 2 || ports > max_ports) {
    fprintf(stderr, "forward: a delay in microseconds and 2 to %d interfaces expected\n", max_ports);
    return 64;
  }
  const int64_t delay = atoll(names[1]) * 1000;
  struct pollfd wait[max_ports];
  unsigned char known[max_ports][6] = {{0}};
  for (int i = 0; i < ports; i++) wait[i] = (struct pollfd){.fd = open_port(names[i + 2]), .events = POLLIN};
  struct frame *ring = malloc(sizeof *ring * slots);
  if (ring == NULL) fail("malloc");
  // Sleeps would otherwise be up to 50 us longer.
  prctl(PR_SET_TIMERSLACK, 1);
  size_t first = 0, used = 0;
  while (1) {
    struct timespec pause, *limit = NULL;
    if (used > 0) {
      int64_t left = ring[first].due - now();
      if (left < 0) left = 0;
      pause = (struct timespec){.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
      limit = &pause;
    }
    if (ppoll(wait, (nfds_t)ports, limit, NULL) < 0 && errno != EINTR) fail("ppoll");
    for (int i = 0; i < ports; i++) {
      if (!(wait[i].revents & POLLIN)) continue;
      while (used < slots) {
        struct frame *frame = &ring[(first + used) % slots];
        ssize_t bytes = recv(wait[i].fd, frame->bytes, slot_bytes, MSG_DONTWAIT | MSG_TRUNC);
        if (bytes < 0) break;
        if (bytes > slot_bytes || bytes < 14) continue;
        frame->count = (size_t)bytes;
        frame->from = i;
        frame->due = now() + delay;
        memcpy(known[i], frame->bytes + 6, 6);
        used++;
      }
    }
    for (int64_t time = now(); used > 0 && ring[first].due <= time; first = (first + 1) % slots, used--) {
      const struct frame *frame = &ring[first];
      int target = -1;
      for (int i = 0; i < ports; i++)
        if (memcmp(known[i], frame->bytes, 6) == 0) target = i;
      for (int i = 0; i < ports; i++)
        if (i != frame->from && (target < 0 || i == target)) send(wait[i].fd, frame->bytes, frame->count, 0);
    }
  }
}
