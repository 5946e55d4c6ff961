/** Loaded into a process before ztnet: breaks a library under it, so that what ztnet does about a defect can be seen. */
import colours from 'picocolors'

colours.createColors = () => {
  throw new Error('the colours are broken\nin two lines')
}
