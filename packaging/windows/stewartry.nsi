; An installer for one person, who needs no administrator's rights. build.sh gives VERSION, STAGE and OUTFILE.
; /S installs without a question, /D=FOLDER elsewhere.
Unicode true
Target amd64-unicode
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
; The window's program differs from the command line's in some bytes: a dictionary that holds both packs it once
SetCompressorDictSize 64
; The files' own dates would make every build another one
SetDateSave off

!include "MUI2.nsh"
!include "FileFunc.nsh"

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Stewartry"
!define OPEN "Software\Classes\Directory\shell\Stewartry"

Name "Stewartry"
OutFile "${OUTFILE}"
InstallDir "$LOCALAPPDATA\Programs\Stewartry"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
BrandingText "Stewartry ${VERSION}"

VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "Stewartry"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Stewartry installer"
VIAddVersionKey "LegalCopyright" "MIT licence"

!define MUI_ICON "${STAGE}/stewartry.ico"
!define MUI_UNICON "${STAGE}/stewartry.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\stewartry-window.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Section
  SetOutPath "$INSTDIR"
  File "${STAGE}/stewartry.exe"
  File "${STAGE}/stewartry-window.exe"
  File "${STAGE}/README.md"
  File "${STAGE}/licences.txt"
  File "${STAGE}/stewartry.cdx.json"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortcut "$SMPROGRAMS\Stewartry.lnk" "$INSTDIR\stewartry-window.exe"

  ; A workspace is a folder, and Windows knows folders by no ending: folders named *.stewartry get an entry in their menu
  WriteRegStr HKCU "${OPEN}" "" "Open in Stewartry"
  WriteRegStr HKCU "${OPEN}" "Icon" "$INSTDIR\stewartry-window.exe"
  WriteRegStr HKCU "${OPEN}" "AppliesTo" 'System.FileName:"*.stewartry"'
  WriteRegStr HKCU "${OPEN}\command" "" '"$INSTDIR\stewartry-window.exe" open "%V"'

  WriteRegStr HKCU "${KEY}" "DisplayName" "Stewartry"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\stewartry-window.exe"
  WriteRegStr HKCU "${KEY}" "Publisher" "The Stewartry authors"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
SectionEnd

; Workspaces and settings stay: they are the person's, not the program's
Section "Uninstall"
  Delete "$INSTDIR\stewartry.exe"
  Delete "$INSTDIR\stewartry-window.exe"
  Delete "$INSTDIR\README.md"
  Delete "$INSTDIR\licences.txt"
  Delete "$INSTDIR\stewartry.cdx.json"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Stewartry.lnk"
  DeleteRegKey HKCU "${OPEN}"
  DeleteRegKey HKCU "${KEY}"
SectionEnd
