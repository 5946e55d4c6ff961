/** Loaded into a process before ztnet: breaks a library under it, so that what ztnet does about a defect can be seen. */
import { MultiDirectedGraph } from 'graphology'

MultiDirectedGraph.prototype.mergeNode = () => {
  throw new Error('the graph is broken\nin two lines')
}
