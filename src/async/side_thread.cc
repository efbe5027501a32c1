#include "async/side_thread.h"

namespace rockpool::async {

SideThread::SideThread()
    : busy_(asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}

SideThread::~SideThread() {
  context_.stop();
  thread_.join();
}

}  // namespace rockpool::async
